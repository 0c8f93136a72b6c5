package io.keepalive.socket;

import io.keepalive.KeepAlive;
import java.net.Socket;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the sockets of a factory are kept with.
 *
 * @param policy what is wanted
 * @param precedence who wins over what the program does with the socket
 * @param listener where it is told, on the thread that made or changed the socket
 */
record Keeping(KeepAlive policy, Precedence precedence, Consumer<KeepAliveReport> listener) {
    static final String PROPERTY = "keepalive.policy";

    Keeping {
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(precedence, "precedence");
        Objects.requireNonNull(listener, "listener");
    }

    Keeping(KeepAlive policy, Precedence precedence) {
        this(policy, precedence, report -> {});
    }

    /** The tools' precedence, since whoever names a factory in a configuration can't change the program. */
    Keeping(KeepAlive policy) {
        this(policy, Precedence.TIGHTEN);
    }

    /**
     * What a configuration asks for: a text, or else the system property, or else the defaults.
     *
     * @param factory whose argument the text is, for the message
     */
    static Keeping configured(Class<?> factory, @Nullable String text) {
        if (text != null) {
            return new Keeping(parse("argument of " + factory.getSimpleName(), text));
        }
        String property = System.getProperty(PROPERTY);
        return new Keeping(property == null ? KeepAlive.defaults() : parse("system property " + PROPERTY, property));
    }

    /**
     * Applies the policy to a socket that nobody had before: as a whole, under every precedence that changes anything.
     * Such a socket holds nobody's choice, and what {@link Precedence#TIGHTEN} would make of a policy and the system's
     * defaults, option by option, is a policy that nobody planned.
     */
    KeepAliveReport applyToNew(Socket socket) {
        boolean observe = precedence == Precedence.OBSERVE;
        KeepAliveReport report = policy.applyTo(socket, observe ? Precedence.OBSERVE : Precedence.ENFORCE);
        listener.accept(report);
        return report;
    }

    /** Applies the policy to a socket that a program had before. */
    void applyToFound(Socket socket) {
        listener.accept(policy.applyTo(socket, precedence));
    }

    private static KeepAlive parse(String origin, String text) {
        try {
            return KeepAlive.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(origin + ": " + e.getMessage(), e);
        }
    }
}
