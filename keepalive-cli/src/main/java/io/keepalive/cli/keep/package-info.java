/**
 * {@code keepalive keep}: sets a policy on connections that are open already, in any running process. {@code Selection},
 * {@code KeepPlan}, {@code Detection} and {@code Refusal} decide from values alone; {@code ConnectionKeeper} carries out,
 * {@code KeepWatch} repeats it for new connections, {@code Journal} remembers for {@code --undo}. {@code docs/keep.md} is
 * for its users.
 */
@NullMarked
package io.keepalive.cli.keep;

import org.jspecify.annotations.NullMarked;
