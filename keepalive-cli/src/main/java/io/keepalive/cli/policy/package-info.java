/** {@code keepalive explain} and {@code keepalive boxes}: what the library knows about policies and boxes, as commands. */
@NullMarked
package io.keepalive.cli.policy;

import org.jspecify.annotations.NullMarked;
