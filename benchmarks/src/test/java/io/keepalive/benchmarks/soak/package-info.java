@NullMarked
package io.keepalive.benchmarks.soak;

import org.jspecify.annotations.NullMarked;
