package io.keepalive.cli.keep;

import io.keepalive.cli.linux.ErrnoException;
import io.keepalive.cli.linux.NetworkNamespace;
import io.keepalive.cli.linux.ProcNetTcp;
import io.keepalive.cli.linux.SockDiag;
import io.keepalive.cli.linux.SystemCalls;
import io.keepalive.cli.linux.SystemSettings;
import io.keepalive.cli.linux.TcpSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the connections of one network namespace that were not there at the scan before. For one thread.
 *
 * <p>A connection that no program has accepted yet has no inode; it counts as new once it has one.
 */
final class ConnectionSource implements AutoCloseable {
    private final NetworkNamespace namespace;
    private final SystemSettings settings;
    private final @Nullable SockDiag diag;
    private IdSet before = new IdSet();
    private IdSet now = new IdSet();

    private ConnectionSource(NetworkNamespace namespace, SystemSettings settings, @Nullable SockDiag diag) {
        this.namespace = namespace;
        this.settings = settings;
        this.diag = diag;
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
            return new ConnectionSource(namespace, SystemSettings.KERNEL_DEFAULTS, null);
        }
    }

    private static ConnectionSource inThisNamespace(SystemCalls calls, NetworkNamespace namespace)
            throws ErrnoException {
        return new ConnectionSource(namespace, SystemSettings.read(), SockDiag.open(calls));
    }

    NetworkNamespace namespace() {
        return namespace;
    }

    SystemSettings settings() {
        return settings;
    }

    /** The connections that the selection takes by their addresses and that are new since the last call. */
    List<TcpSocket> scan(Selection selection) throws IOException {
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
        boolean unused = source.dump(SockDiag.LIVE_STATES, false, message -> {
            if (isNew(message.cookie(), message.inode()) && selection.takes(message)) {
                found.add(message.toSocket());
            }
        });
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

    /** Makes the next scan report a connection again: its holder was not found. */
    int size() {
        return now.size();
    }

    @Override
    public void close() {
        if (diag != null) {
            diag.close();
        }
    }
}
