/**
 * Causes of connection losses: what ended a connection, how certain that is, and the evidence.
 *
 * <p>Start with {@link io.keepalive.loss.ConnectionLoss}. Nothing here knows a policy.
 */
@NullMarked
package io.keepalive.loss;

import org.jspecify.annotations.NullMarked;
