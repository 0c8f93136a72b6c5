/** {@code keepalive relay}: options, the file of pairs, signals and exit codes. */
@NullMarked
package io.keepalive.cli.relay;

import org.jspecify.annotations.NullMarked;
