@NullMarked
package io.keepalive.cli.watch;

import org.jspecify.annotations.NullMarked;
