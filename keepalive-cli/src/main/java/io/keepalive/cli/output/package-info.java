/** Output formats that several commands write. */
@NullMarked
package io.keepalive.cli.output;

import org.jspecify.annotations.NullMarked;
