@NullMarked
package io.keepalive.cli.keep;

import org.jspecify.annotations.NullMarked;
