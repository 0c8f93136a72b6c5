/** An application with many clients, none of which is configured for keepalive. */
@NullMarked
package io.keepalive.sample;

import org.jspecify.annotations.NullMarked;
