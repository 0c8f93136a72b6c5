/** A process that holds connections of all styles, and what the programs that disturb it need to watch it. */
@NullMarked
package io.keepalive.benchmarks.node;

import org.jspecify.annotations.NullMarked;
