@NullMarked
package io.keepalive.cli.probe;

import org.jspecify.annotations.NullMarked;
