/** What keepalive costs, against the same work done by hand in the same run. */
@NullMarked
package io.keepalive.benchmarks;

import org.jspecify.annotations.NullMarked;
