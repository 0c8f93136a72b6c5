/** An application with many clients, none of which is told anything about keepalive. */
@NullMarked
package io.keepalive.sample;

import org.jspecify.annotations.NullMarked;
