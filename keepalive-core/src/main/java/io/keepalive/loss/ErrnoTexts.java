package io.keepalive.loss;

import io.keepalive.internal.linux.ForeignTier;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the C library says for the errors that end connections, in the language in which this JVM was started: the JDK
 * passes its words on. Known where the JVM allows system calls without a warning, on JDK 22 and newer; elsewhere empty.
 */
final class ErrnoTexts {
    /** Numbers of Linux (asm-generic/errno.h), and what they mean in a call on a connection. */
    private static final Map<Integer, LossCause> ERRORS = Map.of(
            101, LossCause.UNREACHABLE, // ENETUNREACH
            104, LossCause.PEER_RESET, // ECONNRESET
            110, LossCause.PATH_TIMEOUT, // ETIMEDOUT
            111, LossCause.REFUSED, // ECONNREFUSED
            113, LossCause.UNREACHABLE); // EHOSTUNREACH

    private static final Map<String, LossCause> CAUSES = read();

    private ErrnoTexts() {}

    /** What a text means; empty if it is none of these errors'. */
    static Optional<LossCause> cause(String text) {
        return Optional.ofNullable(CAUSES.get(text));
    }

    private static Map<String, LossCause> read() {
        Map<String, LossCause> causes = new HashMap<>();
        if (System.getProperty("os.name", "").equals("Linux") && ForeignTier.isSilent()) {
            try {
                ERRORS.forEach(
                        (errno, cause) -> ForeignTier.errorText(errno).ifPresent(text -> causes.put(text, cause)));
            } catch (RuntimeException | Error e) {
                return Map.of(); // a static initializer must not make every verdict fail
            }
        }
        return Map.copyOf(causes);
    }
}
