/** The command line: {@code Main} knows the tools, each {@code *Command} has the options of one. */
@NullMarked
package io.keepalive.cli;

import org.jspecify.annotations.NullMarked;
