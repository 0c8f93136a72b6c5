package io.keepalive.spring.boot;

import io.keepalive.KeepAlive;
import io.keepalive.socket.KeepAliveException;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.Outcome;
import io.keepalive.socket.Precedence;
import io.keepalive.socket.SocketKeeper;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One kind of client: its policy, what was set up for it, and what its sockets hold. Thread-safe. */
final class ClientKeeper {
    private static final Logger LOG = LoggerFactory.getLogger("io.keepalive.spring.boot");

    private final KeptClient client;
    private final KeepAlive policy;
    private final Precedence precedence;
    private final SocketKeeper keeper;

    private final List<String> kept = new CopyOnWriteArrayList<>();
    private final List<String> left = new CopyOnWriteArrayList<>();
    private final LongAdder sockets = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Silences silences = new Silences();
    private volatile @Nullable KeepAliveReport last;
    private volatile boolean warned;

    ClientKeeper(KeptClient client, KeepAlive policy, Precedence precedence) {
        this.client = client;
        this.policy = policy;
        this.precedence = precedence;
        this.keeper = SocketKeeper.of(policy).precedence(precedence).onReport(this::record);
    }

    KeptClient client() {
        return client;
    }

    KeepAlive policy() {
        return policy;
    }

    Precedence precedence() {
        return precedence;
    }

    /** Applies the policy to sockets; its reports are counted here. */
    SocketKeeper sockets() {
        return keeper;
    }

    /** Applies the policy to a socket. */
    void keep(Socket socket) {
        try {
            keeper.keep(socket);
        } catch (KeepAliveException e) {
            throw notStrict(e);
        }
        watch(socket);
    }

    /** Applies the policy to a channel. */
    void keep(SocketChannel channel) {
        try {
            keeper.keep(channel);
        } catch (KeepAliveException e) {
            throw notStrict(e);
        }
        watch(WatchedConnection.of(channel));
    }

    private static IllegalStateException notStrict(KeepAliveException e) {
        return new IllegalStateException("the keeper of a client is not strict", e);
    }

    /** Looks for silences of a socket that a factory of this keeper made. */
    void watch(Socket socket) {
        watch(WatchedConnection.of(socket));
    }

    /** Looks for silences. What a server accepts is not watched: its peers are many, and no destinations. */
    void watch(WatchedConnection<?> connection) {
        if (!client.isServer()) {
            silences.watch(connection);
        }
    }

    /** A hook was set up. */
    void kept(String what) {
        kept.add(what);
        LOG.info("{}: {} gets {}", client, what, policy);
    }

    /** A setting of the application was replaced: never silently. */
    void overrode(String what) {
        LOG.info("{}: {} ({})", client, what, precedence);
    }

    /** A client was left as it is. */
    void left(String what) {
        left.add(what);
        LOG.warn("{}: left alone: {}", client, what);
    }

    void record(KeepAliveReport report) {
        sockets.increment();
        last = report;
        if (!report.isComplete()) {
            failed.increment();
            if (!warned && !isClosed(report)) {
                warned = true;
                LOG.warn("{}: not kept as requested: {} (logged once)", client, report);
            }
        }
    }

    private static boolean isClosed(KeepAliveReport report) {
        return report.entries().stream().anyMatch(entry -> entry.outcome() == Outcome.CLOSED);
    }

    /** How many clients were set up, or left alone. */
    int clients() {
        return kept.size() + left.size();
    }

    ClientState state() {
        KeepAliveReport report = last;
        return new ClientState(
                policy.toString(),
                precedence.name(),
                new ArrayList<>(kept),
                new ArrayList<>(left),
                sockets.sum(),
                failed.sum(),
                report == null ? "" : report.toString(),
                silences.look());
    }
}
