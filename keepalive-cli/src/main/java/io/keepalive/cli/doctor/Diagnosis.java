package io.keepalive.cli.doctor;

import java.util.OptionalLong;

/**
 * A verdict with its reason.
 *
 * @param reason a phrase
 * @param endsInMillis when the box drops it or the kernel gives it up, from now; 0 if that is past; empty if unknown
 */
record Diagnosis(Verdict verdict, String reason, OptionalLong endsInMillis) {
    static Diagnosis of(Verdict verdict, String reason) {
        return new Diagnosis(verdict, reason, OptionalLong.empty());
    }

    static Diagnosis ending(Verdict verdict, String reason, long endsInMillis) {
        return new Diagnosis(verdict, reason, OptionalLong.of(Math.max(0, endsInMillis)));
    }
}
