package io.keepalive.cli.linux;

import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The TCP sockets of a network namespace at one moment.
 *
 * @param settings the namespace's system settings
 * @param interfaceNames by index, of the interfaces that sockets are bound to
 * @param limitation why less than everything is known, in one line; null if nothing is missing
 */
public record NamespaceSockets(
        NetworkNamespace namespace,
        List<TcpSocket> sockets,
        SystemSettings settings,
        Map<Integer, String> interfaceNames,
        @Nullable String limitation) {

    /**
     * Lists them by sock_diag where this process may, otherwise from {@code /proc}.
     *
     * @param withInfo whether TCP_INFO is wanted
     */
    public static NamespaceSockets list(
            SystemCallAccess access, NetworkNamespace namespace, boolean isOwn, int states, boolean withInfo)
            throws IOException {
        if (!(access instanceof SystemCallAccess.Available available)) {
            String reason = access instanceof SystemCallAccess.Missing missing ? missing.reason() : "";
            return fromProc(namespace, isOwn, states, reason);
        }
        SystemCalls calls = available.calls();
        try {
            return isOwn
                    ? fromDiag(calls, namespace, states, withInfo)
                    : namespace.call(calls, () -> fromDiag(calls, namespace, states, withInfo));
        } catch (ErrnoException e) {
            String remedy = e.call().equals("setns") ? " (expected: CAP_SYS_ADMIN; run as root)" : "";
            return fromProc(namespace, isOwn, states, e.getMessage() + remedy);
        }
    }

    private static NamespaceSockets fromDiag(
            SystemCalls calls, NetworkNamespace namespace, int states, boolean withInfo) throws ErrnoException {
        try (SockDiag diag = SockDiag.open(calls)) {
            List<TcpSocket> sockets = diag.list(states, withInfo);
            return new NamespaceSockets(namespace, sockets, SystemSettings.read(), interfaceNames(sockets), null);
        }
    }

    private static NamespaceSockets fromProc(NetworkNamespace namespace, boolean isOwn, int states, String limitation)
            throws IOException {
        Path process = isOwn ? Path.of("/proc/self") : namespace.process();
        if (process == null) {
            throw new IOException(namespace.path() + ": " + limitation);
        }
        List<TcpSocket> sockets = new ArrayList<>();
        for (TcpSocket socket : ProcNetTcp.read(process)) {
            if ((socket.state().bit() & states) != 0) {
                sockets.add(socket);
            }
        }
        SystemSettings settings = isOwn ? SystemSettings.read() : SystemSettings.KERNEL_DEFAULTS;
        return new NamespaceSockets(namespace, sockets, settings, Map.of(), limitation);
    }

    /** In the network namespace of the calling thread. */
    private static Map<Integer, String> interfaceNames(List<TcpSocket> sockets) {
        Map<Integer, String> names = new HashMap<>();
        for (TcpSocket socket : sockets) {
            if (socket.interfaceIndex() != 0) {
                names.computeIfAbsent(socket.interfaceIndex(), NamespaceSockets::interfaceName);
            }
        }
        return names;
    }

    private static String interfaceName(int index) {
        try {
            NetworkInterface found = NetworkInterface.getByIndex(index);
            return found == null ? "if" + index : found.getName();
        } catch (SocketException e) {
            return "if" + index;
        }
    }
}
