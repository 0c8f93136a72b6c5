package io.keepalive.socket;

import io.keepalive.KeepAliveOption;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a program's own call that sets an option of the policy.
 *
 * @param isRefused whether the call is not to be made
 * @param outcome the outcome of the option; null where the program sets the value that the policy requests
 * @param advice the outcome in words
 */
record LaterCallRule(boolean isRefused, @Nullable Outcome outcome, String advice) {
    /**
     * Decides.
     *
     * @param value the value that the program sets, in the option's unit
     * @param call the call in words
     */
    static LaterCallRule on(Precedence precedence, Setting setting, long value, String call) {
        KeepAliveOption option = setting.option();
        if (precedence.refuses(option, value, setting.value())) {
            return new LaterCallRule(
                    true, Outcome.UNCHANGED, "the program's " + call + " was refused: precedence " + precedence);
        }
        String letThrough = "the program's " + call + " was let through: precedence " + precedence;
        if (!Precedence.ENFORCE.refuses(option, value, setting.value())) {
            return new LaterCallRule(false, null, letThrough);
        }
        if (!Precedence.TIGHTEN.refuses(option, value, setting.value())) {
            // Another value, but a stricter one: nothing is lost.
            return new LaterCallRule(false, Outcome.UNCHANGED, letThrough);
        }
        return precedence == Precedence.OBSERVE
                ? new LaterCallRule(false, Outcome.OBSERVED, letThrough + ", TIGHTEN would refuse it")
                : new LaterCallRule(false, Outcome.OVERRIDDEN, letThrough);
    }
}
