package io.keepalive.lab;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A client and a server with a real NAT router between them that forgets idle TCP connections.
 *
 * <pre>{@code
 * try (NatLab lab = NatLab.builder().idleTimeout(Duration.ofSeconds(4)).start()) {
 *     LabProcess server = lab.server().java(EchoServer.class, "7000");
 *     server.awaitLine(line -> line.startsWith("ready"), Duration.ofSeconds(10));
 *     LabProcess client = lab.client().java(EchoClient.class, lab.server().address(), "7000");
 *     client.writeLine("hello");
 * }
 * }</pre>
 *
 * <p>The client can connect to the server by TCP over IPv4, not the other way round; the server sees the router's
 * address. Every packet of an established connection, an empty keepalive probe included, starts the idle timeout anew.
 * When it is over, the router knows the connection no longer: later packets meet {@link Expiry} from either side.
 *
 * <p>A lab lives in namespaces of its own: labs side by side don't disturb each other, and nothing is left of one after
 * {@link #close}, nor after its JVM was killed. It needs root, or a kernel that lets users make namespaces:
 * {@link #missing}.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class NatLab implements AutoCloseable {
    private static final int FORGET_ATTEMPTS = 5;
    private static final Duration FORGET_LIMIT = Duration.ofSeconds(2);

    private final Namespaces namespaces;
    private final Tools tools;
    private final Duration idleTimeout;
    private final Expiry onExpiry;
    private final Set<LabProcess> running = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Host client = new Host(this, Site.CLIENT);
    private final Host router = new Host(this, Site.ROUTER);
    private final Host server = new Host(this, Site.SERVER);

    NatLab(Namespaces namespaces, Tools tools, Duration idleTimeout, Expiry onExpiry) {
        this.namespaces = namespaces;
        this.tools = tools;
        this.idleTimeout = idleTimeout;
        this.onExpiry = onExpiry;
    }

    /**
     * A lab to be configured.
     *
     * @return a new builder with the defaults
     */
    public static NatLabBuilder builder() {
        return new NatLabBuilder();
    }

    /**
     * What keeps this machine from running a lab with the default settings, and how to get it. The answer comes from
     * starting one, once per JVM.
     *
     * @return empty if labs run here
     */
    public static Optional<String> missing() {
        return Missing.HERE;
    }

    /**
     * The host that opens connections.
     *
     * @return its address is 10.9.1.2
     */
    public Host client() {
        return client;
    }

    /**
     * The NAT router.
     *
     * @return its address is 10.9.2.1, the one that the server sees as its client's; towards the client it is 10.9.1.1
     */
    public Host router() {
        return router;
    }

    /**
     * The host that accepts connections.
     *
     * @return its address is 10.9.2.2
     */
    public Host server() {
        return server;
    }

    /**
     * How long an established connection may be idle.
     *
     * @return whole seconds
     */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /**
     * What happens to packets of a forgotten connection.
     *
     * @return as configured
     */
    public Expiry onExpiry() {
        return onExpiry;
    }

    /**
     * Cuts the wires: what the client or the server sends from now on gets lost before it reaches the router, so it
     * doesn't refresh entries either. Neither end is notified; the network interfaces stay up.
     */
    public void cut() {
        nft("flush chain ip lab cut; add rule ip lab cut drop");
    }

    /**
     * Cuts one way, in addition to what is cut already.
     *
     * @param direction whose packets get lost
     */
    public void cut(Direction direction) {
        nft("add rule ip lab cut iifname " + direction.arrivesOn() + " drop");
    }

    /** Ends every cut. {@linkplain #loss Loss} stays. */
    public void heal() {
        nft("flush chain ip lab cut");
    }

    /**
     * Loses packets at random, each way, before they reach the router. A new value replaces the last one.
     *
     * @param percent 0 (nothing is lost, the default) to 100
     * @throws LabException where the kernel's nf_tables has no random numbers (module nft_numgen)
     */
    public void loss(int percent) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("percent: " + percent + " (expected: 0 to 100)");
        }
        nft("flush chain ip lab loss"
                + (percent == 0 ? "" : "; add rule ip lab loss numgen random mod 100 < " + percent + " drop"));
    }

    /**
     * The TCP connections that the router knows now, in no particular order. Looking doesn't refresh them.
     *
     * @return an unmodifiable list
     */
    public List<ConntrackEntry> conntrack() {
        requireOpen();
        return Conntrack.read(namespaces.procNet(), router, tools);
    }

    /**
     * Makes the router forget all connections now, as if it had been rebooted: later packets of theirs meet
     * {@link Expiry}. Packets on their way to or from the server at this moment may get lost.
     */
    public void forget() {
        try {
            for (int attempt = 0; attempt < FORGET_ATTEMPTS; attempt++) {
                if (forgetsWhileUnplugged()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            throw LabException.interrupted("waiting for the router to forget", e);
        }
        throw new LabException("the router still knows " + conntrack());
    }

    /**
     * The kernel forgets masqueraded connections when the interface goes down by which they leave: a worker does it
     * some milliseconds later, or not at all when too many are at work.
     */
    private boolean forgetsWhileUnplugged() throws InterruptedException {
        router.command("ip", "link", "set", "s0", "down").run().orThrow();
        try {
            return Deadline.in(FORGET_LIMIT).poll(() -> conntrack().isEmpty());
        } finally {
            router.command("ip", "link", "set", "s0", "up").run().orThrow();
        }
    }

    /** Kills every process in the lab and removes the namespaces. Idempotent; an interrupted thread can do it, too. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            boolean interrupted = Thread.interrupted();
            try {
                namespaces.close();
                running.forEach(LabProcess::close);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    @Override
    public String toString() {
        return "NatLab[idleTimeout=" + idleTimeout.toSeconds() + "s, onExpiry=" + onExpiry
                + (closed.get() ? ", closed]" : "]");
    }

    Tools tools() {
        return tools;
    }

    List<String> enter(Site site, List<String> command) {
        requireOpen();
        return namespaces.enter(site, command);
    }

    /** From now on the process ends with the lab. */
    void own(LabProcess process) {
        running.removeIf(other -> !other.isAlive());
        running.add(process);
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("the lab is closed");
        }
        if (!namespaces.isAlive()) {
            throw new LabException("the lab's first process has died: something outside killed it");
        }
    }

    private void nft(String transaction) {
        router.command("nft", transaction).run().orThrow();
    }

    /** Holds the answer of {@link #missing}: the class loader asks once and lets other threads wait. */
    private static final class Missing {
        static final Optional<String> HERE = find();

        private static Optional<String> find() {
            try {
                builder().start().close();
                return Optional.empty();
            } catch (LabException e) {
                return Optional.of(Objects.requireNonNullElse(e.getMessage(), e.toString()));
            }
        }
    }
}
