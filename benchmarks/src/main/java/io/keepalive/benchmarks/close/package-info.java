/** What arrives of what was written right before a close, on every stack: {@code scripts/close-matrix}. */
@NullMarked
package io.keepalive.benchmarks.close;

import org.jspecify.annotations.NullMarked;
