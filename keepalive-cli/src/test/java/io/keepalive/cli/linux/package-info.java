@NullMarked
package io.keepalive.cli.linux;

import org.jspecify.annotations.NullMarked;
