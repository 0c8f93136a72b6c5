/** All styles at once, disturbed in a random order, and judged by a model: {@code scripts/soak}. */
@NullMarked
package io.keepalive.benchmarks.soak;

import org.jspecify.annotations.NullMarked;
