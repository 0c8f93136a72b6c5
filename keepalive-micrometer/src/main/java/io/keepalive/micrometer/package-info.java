/** Publishes the counters of this library with Micrometer. */
@NullMarked
package io.keepalive.micrometer;

import org.jspecify.annotations.NullMarked;
