/** What costs a connection its life, on every style, and what does not: {@code scripts/attack}. */
@NullMarked
package io.keepalive.benchmarks.attack;

import org.jspecify.annotations.NullMarked;
