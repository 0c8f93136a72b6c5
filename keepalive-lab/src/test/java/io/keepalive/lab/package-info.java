/** Unit tests, and tests in real labs with real processes. */
@NullMarked
package io.keepalive.lab;

import org.jspecify.annotations.NullMarked;
