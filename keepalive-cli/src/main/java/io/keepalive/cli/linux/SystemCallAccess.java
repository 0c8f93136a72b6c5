package io.keepalive.cli.linux;

import java.util.Locale;
import java.util.Optional;

/** Whether this JVM can make system calls. */
public sealed interface SystemCallAccess {
    /** It can. */
    record Available(SystemCalls calls) implements SystemCallAccess {}

    /**
     * It can't.
     *
     * @param reason one line, for the user: what is missing and what to do
     */
    record Missing(String reason) implements SystemCallAccess {}

    /** The first JDK whose {@code java.lang.foreign} is final. */
    int FIRST_JDK = 22;

    /** Looks; never fails. */
    static SystemCallAccess find() {
        String system = System.getProperty("os.name");
        if (!system.toLowerCase(Locale.ROOT).startsWith("linux")) {
            return new Missing("operating system: " + system + " (expected: Linux)");
        }
        return ForeignTier.find();
    }

    /** The calls, if they can be made. */
    default Optional<SystemCalls> optional() {
        return this instanceof Available available ? Optional.of(available.calls()) : Optional.empty();
    }

    /**
     * The calls.
     *
     * @throws SystemCallsMissingException with the reason if they can't be made
     */
    default SystemCalls require() throws SystemCallsMissingException {
        if (this instanceof Missing missing) {
            throw new SystemCallsMissingException(missing.reason());
        }
        return ((Available) this).calls();
    }
}
