package io.keepalive.lab;

import java.time.Duration;
import java.util.Objects;

/**
 * Configures a lab. Defaults: idle timeout 4 s, {@link Expiry#BLACKHOLE}, without a user namespace if this process
 * may make namespaces without one (root), else rootless.
 *
 * <p>Not thread-safe; one builder can start any number of labs.
 *
 * @since 0.1
 */
public final class NatLabBuilder {
    private static final Duration LONGEST = Duration.ofDays(7);

    private Duration idleTimeout = Duration.ofSeconds(4);
    private Expiry onExpiry = Expiry.BLACKHOLE;
    private boolean rootless;
    private Tools tools = Tools.ofThisMachine();
    private Diagnosis diagnosis = Diagnosis.ofThisMachine();

    NatLabBuilder() {}

    /**
     * How long an established connection may be idle before the router forgets it.
     *
     * @param idleTimeout whole seconds, 1 s to 7 days; the default is 4 s
     * @return this builder
     */
    public NatLabBuilder idleTimeout(Duration idleTimeout) {
        if (!idleTimeout.equals(Duration.ofSeconds(idleTimeout.toSeconds()))
                || idleTimeout.compareTo(Duration.ofSeconds(1)) < 0
                || idleTimeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "idleTimeout: " + idleTimeout + " (expected: whole seconds, 1 s to 7 days)");
        }
        this.idleTimeout = idleTimeout;
        return this;
    }

    /**
     * What happens to packets of a forgotten connection.
     *
     * @param onExpiry the default is {@link Expiry#BLACKHOLE}
     * @return this builder
     */
    public NatLabBuilder onExpiry(Expiry onExpiry) {
        this.onExpiry = Objects.requireNonNull(onExpiry, "onExpiry");
        return this;
    }

    /**
     * Puts a user namespace around the lab even where it could do without, as when it runs without root. Programs
     * in it run as its only user, called root; they can't become another one.
     *
     * @return this builder
     */
    public NatLabBuilder rootless() {
        this.rootless = true;
        return this;
    }

    NatLabBuilder tools(Tools tools) {
        this.tools = tools;
        return this;
    }

    NatLabBuilder diagnosis(Diagnosis diagnosis) {
        this.diagnosis = diagnosis;
        return this;
    }

    /**
     * Starts the lab; it takes some 100 ms.
     *
     * @return a lab that is to be closed
     * @throws LabException if it can't be started here; the message says what is missing
     */
    public NatLab start() {
        boolean wrapped = rootless || !diagnosis.mayMakeNamespaces();
        return new NatLab(
                Namespaces.create(tools, diagnosis, wrapped, idleTimeout, onExpiry), tools, idleTimeout, onExpiry);
    }
}
