package io.keepalive.cli.keep;

import io.keepalive.cli.linux.ErrnoException;
import io.keepalive.cli.linux.NetworkNamespace;
import io.keepalive.cli.linux.OpenCounter;
import io.keepalive.cli.linux.ProcNetTcp;
import io.keepalive.cli.linux.SockDiag;
import io.keepalive.cli.linux.SystemCalls;
import io.keepalive.cli.linux.SystemSettings;
import io.keepalive.cli.linux.TcpSocket;
import io.keepalive.cli.linux.TcpState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the connections of one network namespace that were not there at the scan before. For one thread.
 *
 * <p>A connection that no program has accepted yet has no inode; it counts as new once it has one.
 *
 * <p>A dump of all sockets is saved while the kernel has counted no new connection since the last one and none was on its
 * way then.
 */
final class ConnectionSource implements AutoCloseable {
    private static final int STATES = SockDiag.LIVE_STATES | TcpState.SYN_SENT.bit();

    /** A counter may run ahead of the dump by microseconds: what was missed then is found at the next dump. */
    private static final int MOST_SAVED_DUMPS = 9;

    private final NetworkNamespace namespace;
    private final SystemSettings settings;
    private final @Nullable SockDiag diag;
    private final @Nullable OpenCounter opens;
    private long opensAtDump = OpenCounter.UNKNOWN;
    private boolean isSettled;
    private int savedDumps;
    private IdSet before = new IdSet();
    private IdSet now = new IdSet();

    private ConnectionSource(
            NetworkNamespace namespace, SystemSettings settings, @Nullable SockDiag diag, @Nullable OpenCounter opens) {
        this.namespace = namespace;
        this.settings = settings;
        this.diag = diag;
        this.opens = opens;
    }

    /** Reads sock_diag; in another namespace that may not be entered, {@code /proc} instead. */
    static ConnectionSource open(SystemCalls calls, NetworkNamespace namespace) throws IOException {
        if (namespace.inode() == NetworkNamespace.own().inode()) {
            return inThisNamespace(calls, namespace);
        }
        try {
            return namespace.call(calls, () -> inThisNamespace(calls, namespace));
        } catch (ErrnoException e) {
            if (namespace.process() == null) {
                throw e;
            }
            return new ConnectionSource(namespace, SystemSettings.KERNEL_DEFAULTS, null, null);
        }
    }

    private static ConnectionSource inThisNamespace(SystemCalls calls, NetworkNamespace namespace)
            throws ErrnoException {
        return new ConnectionSource(namespace, SystemSettings.read(), SockDiag.open(calls), counter());
    }

    private static @Nullable OpenCounter counter() {
        try {
            return OpenCounter.open();
        } catch (IOException e) {
            return null; // each scan dumps, then
        }
    }

    NetworkNamespace namespace() {
        return namespace;
    }

    SystemSettings settings() {
        return settings;
    }

    /**
     * The connections that the selection takes by their addresses and that are new since the last call.
     *
     * @param needsDump whether {@link #isOpen} is going to be asked
     */
    List<TcpSocket> scan(Selection selection, boolean needsDump) throws IOException {
        // Before the dump: what is opened during it counts for the next one.
        long opensNow = opens == null ? OpenCounter.UNKNOWN : opens.read();
        boolean isUnchanged = opensNow == opensAtDump && opensNow != OpenCounter.UNKNOWN;
        if (isUnchanged && isSettled && !needsDump && savedDumps < MOST_SAVED_DUMPS) {
            savedDumps++;
            return List.of();
        }
        opensAtDump = opensNow;
        savedDumps = 0;
        isSettled = true;
        return dump(selection);
    }

    private List<TcpSocket> dump(Selection selection) throws IOException {
        IdSet reused = before;
        before = now;
        now = reused;
        now.clear();
        List<TcpSocket> found = new ArrayList<>();
        SockDiag source = diag;
        if (source == null) {
            Path process = namespace.process();
            for (TcpSocket socket : ProcNetTcp.read(process == null ? Path.of("/proc/self") : process)) {
                if ((socket.state().bit() & SockDiag.LIVE_STATES) != 0
                        && isNew(0, socket.inode())
                        && selection.takes(socket)) {
                    found.add(socket);
                }
            }
            return found;
        }
        boolean isComplete = source.dump(STATES, false, message -> {
            if (message.inode() == 0 || message.state() == TcpState.SYN_SENT) {
                isSettled &= !selection.takes(message); // not accepted or not connected yet
            } else if (isNew(message.cookie(), message.inode()) && selection.takes(message)) {
                found.add(message.toSocket());
            }
        });
        isSettled &= isComplete;
        return found;
    }

    private boolean isNew(long cookie, long inode) {
        if (inode == 0) {
            return false;
        }
        long id = Target.id(cookie, inode);
        return now.add(id) && !before.contains(id);
    }

    /** Whether a socket was there at the last scan. */
    boolean isOpen(long id) {
        return now.contains(id);
    }

    int size() {
        return now.size();
    }

    @Override
    public void close() {
        if (opens != null) {
            opens.close();
        }
        if (diag != null) {
            diag.close();
        }
    }
}
