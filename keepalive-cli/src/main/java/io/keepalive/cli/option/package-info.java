/** Option values that several commands read: durations, addresses, address blocks. */
@NullMarked
package io.keepalive.cli.option;

import org.jspecify.annotations.NullMarked;
