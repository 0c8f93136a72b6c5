package io.keepalive.internal.linux;

import io.keepalive.internal.JdkSocket;
import io.keepalive.internal.linux.Syscalls.Match;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Finds the descriptor of a socket and hands out a duplicate of it that is certainly this socket's.
 *
 * <p>Numbers are mere hints: a thread may close a socket at any time and another open one that gets its number. So
 * every candidate is duplicated first, which pins what is behind it, and then the <em>duplicate</em> is proven. Proofs:
 *
 * <ul>
 *   <li>the number was the socket's own before, the socket is still open, and its local end is the duplicate's: a socket
 *       keeps its number until it is closed, but one behind an HTTP proxy gets another when its tunnel is there;
 *   <li>both ends of the connection are the socket's, and the socket is still open; enough to read by, but a connection
 *       that the kernel gave up leaves its ends to others while its socket is still open;
 *   <li>the mark: {@code SO_REUSEADDR}, which means nothing once a socket is bound, is flipped and flipped back through
 *       the JDK, and the duplicate shows both. Enough to write by, and the only proof for what has no peer: a socket
 *       not connected yet, a listener (which may have twins by {@code SO_REUSEPORT}), a dead connection; and for what has
 *       another peer than the JDK says: behind a SOCKS proxy the kernel knows the proxy, and the JDK the target.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class DescriptorFinder {
    /** How far to look around a likely number before everything is looked at. */
    private static final int NEAR = 32;

    private static final int REMEMBERED = 1024; // a power of two

    private static final Object MARKING = new Object();

    private final AtomicReferenceArray<@Nullable Known> known = new AtomicReferenceArray<>(REMEMBERED);

    /** The number found last: new sockets are near it. A race is harmless, it is a hint. */
    private int lastFound;

    /** What a descriptor is wanted for. */
    enum Purpose {
        /** Reading what was not asked for, or what was written before: no mark is set. */
        LOOK,
        /** Reading: a mark is set only where both ends don't prove it. */
        READ,
        /** Writing: proven by a mark, or from before. */
        WRITE
    }

    /** The number that a socket had when it was last found; without a mark it is but a good hint. */
    private static final class Known extends WeakReference<Object> {
        private final int number;
        private final boolean proven;

        Known(Object socket, int number, boolean proven) {
            super(socket);
            this.number = number;
            this.proven = proven;
        }
    }

    /** The search for one socket. */
    private record Search<S>(
            Syscalls calls,
            JdkSocket<S> access,
            S socket,
            Endpoint local,
            @Nullable Endpoint peer,
            Purpose purpose) {
        /** The same with whatever peer the kernel knows. */
        Search<S> ofAnyPeer() {
            return new Search<>(calls, access, socket, local, Endpoint.ANY, purpose);
        }
    }

    /**
     * Finds a socket's descriptor.
     *
     * @param purpose decides what proof is needed, and whether the socket may be marked for one
     * @return a duplicate, to be released by the caller
     * @throws NoDescriptorException if there is no certainty
     * @throws IOException if the socket is closed
     */
    <S> int duplicateOf(Syscalls calls, JdkSocket<S> access, S socket, Purpose purpose) throws IOException {
        Known remembered = known.get(slot(socket));
        if (remembered != null && !remembered.refersTo(socket)) {
            remembered = null;
        }
        if (remembered != null && remembered.proven) {
            int duplicate = calls.duplicate(remembered.number);
            if (duplicate != Syscalls.NONE) {
                SocketAddress local = access.localAddress(socket); // null while an asynchronous channel connects
                if (local == null || calls.match(duplicate, Endpoint.of(local), Endpoint.ANY) != Match.NO) {
                    return ifStillOpen(calls, access, socket, duplicate);
                }
                calls.release(duplicate);
                remembered = null;
            }
        }
        SocketAddress peer = access.peerAddress(socket);
        Search<S> search = new Search<>(
                calls,
                access,
                socket,
                Endpoint.of(access.localAddress(socket)),
                peer == null ? null : Endpoint.of(peer),
                purpose);
        int duplicate = remembered == null ? Syscalls.NONE : candidate(search, remembered.number);
        if (duplicate == Syscalls.NONE) {
            duplicate = byField(search);
        }
        if (duplicate == Syscalls.NONE) {
            duplicate = byNumber(search);
        }
        if (duplicate == Syscalls.NONE && peer != null) {
            Search<S> throughProxy = search.ofAnyPeer();
            duplicate = byField(throughProxy);
            if (duplicate == Syscalls.NONE && purpose != Purpose.LOOK) {
                duplicate = byNumber(throughProxy);
            }
        }
        if (duplicate == Syscalls.NONE) {
            throw new NoDescriptorException(
                    purpose != Purpose.LOOK
                            ? "its descriptor was not found: a socket of another kind than the JDK's,"
                                    + " or no descriptor is free"
                            : "its descriptor can't be identified without touching it before it is connected");
        }
        return duplicate;
    }

    private <S> int byField(Search<S> search) throws IOException {
        int number = DescriptorFields.numberOf(search.socket);
        if (number == Syscalls.NONE) {
            return Syscalls.NONE;
        }
        int duplicate = search.calls.duplicate(number);
        if (duplicate == Syscalls.NONE) {
            return Syscalls.NONE;
        }
        if (search.calls.match(duplicate, search.local, search.peer) == Match.NO) {
            // A wrapper, whose own descriptor is not the connection's.
            search.calls.release(duplicate);
            return Syscalls.NONE;
        }
        ifStillOpen(search.calls, search.access, search.socket, duplicate);
        remember(search.socket, number, true);
        return duplicate;
    }

    /**
     * A new socket has the number below the lowest free one, or one near the last one found. Below the lowest free
     * number every number is taken; above it, the system has to list which are open.
     */
    private <S> int byNumber(Search<S> search) throws IOException {
        int lowestFree = lowestFree(search.calls);
        int duplicate = around(search, lowestFree - 1);
        if (duplicate == Syscalls.NONE) {
            duplicate = around(search, lastFound);
        }
        for (int number = lowestFree - NEAR; duplicate == Syscalls.NONE && number >= 0; number--) {
            duplicate = candidate(search, number);
        }
        return duplicate != Syscalls.NONE ? duplicate : above(search, lowestFree);
    }

    private <S> int around(Search<S> search, int center) throws IOException {
        for (int distance = 0; distance < NEAR; distance++) {
            int duplicate = candidate(search, center + distance);
            if (duplicate == Syscalls.NONE && distance > 0) {
                duplicate = candidate(search, center - distance);
            }
            if (duplicate != Syscalls.NONE) {
                return duplicate;
            }
        }
        return Syscalls.NONE;
    }

    private <S> int above(Search<S> search, int lowestFree) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path path : all) {
                int number = Integer.parseInt(path.getFileName().toString());
                int duplicate = number < lowestFree ? Syscalls.NONE : candidate(search, number);
                if (duplicate != Syscalls.NONE) {
                    return duplicate;
                }
            }
        } catch (java.nio.file.FileSystemException e) {
            throw new NoDescriptorException("its descriptor was not found nearby, and /proc/self/fd can't be read");
        }
        return Syscalls.NONE;
    }

    /** A proven duplicate of this number, or none. */
    private <S> int candidate(Search<S> search, int number) throws IOException {
        Syscalls calls = search.calls;
        if (number < 0 || calls.match(number, search.local, search.peer) == Match.NO) {
            return Syscalls.NONE;
        }
        int duplicate = calls.duplicate(number);
        if (duplicate == Syscalls.NONE) {
            return Syscalls.NONE;
        }
        boolean proven = false;
        try {
            proven = isProven(search, number, duplicate);
        } finally {
            if (!proven) {
                calls.release(duplicate);
            }
        }
        return proven ? duplicate : Syscalls.NONE;
    }

    private <S> boolean isProven(Search<S> search, int number, int duplicate) throws IOException {
        Match match = search.calls.match(duplicate, search.local, search.peer);
        boolean bothEnds =
                match == Match.BOTH_ENDS && search.purpose != Purpose.WRITE && !Endpoint.ANY.equals(search.peer);
        boolean proven = bothEnds
                ? isOpen(search.access, search.socket)
                : match != Match.NO && search.purpose != Purpose.LOOK && showsMark(search, duplicate);
        if (proven) {
            remember(search.socket, number, !bothEnds);
        }
        return proven;
    }

    private static <S> boolean showsMark(Search<S> search, int duplicate) throws IOException {
        Syscalls calls = search.calls;
        synchronized (MARKING) {
            boolean before = search.access.get(search.socket, StandardSocketOptions.SO_REUSEADDR);
            if (reusesAddress(calls, duplicate) != before) {
                return false;
            }
            search.access.set(search.socket, StandardSocketOptions.SO_REUSEADDR, !before);
            boolean flipped;
            try {
                flipped = reusesAddress(calls, duplicate);
            } finally {
                search.access.set(search.socket, StandardSocketOptions.SO_REUSEADDR, before);
            }
            return flipped != before && reusesAddress(calls, duplicate) == before;
        }
    }

    private static boolean reusesAddress(Syscalls calls, int duplicate) throws IOException {
        return calls.get(duplicate, Linux.SOL_SOCKET, Linux.SO_REUSEADDR) != 0;
    }

    /** The lowest free number: what a duplicate of something that is surely there gets. */
    private int lowestFree(Syscalls calls) {
        int number = calls.duplicate(0);
        if (number == Syscalls.NONE) {
            return lastFound;
        }
        calls.release(number);
        return number;
    }

    private static <S> int ifStillOpen(Syscalls calls, JdkSocket<S> access, S socket, int duplicate)
            throws IOException {
        if (!isOpen(access, socket)) {
            calls.release(duplicate);
            throw new IOException("Socket is closed");
        }
        return duplicate;
    }

    /** Asks for an option, since {@code Socket.isClosed()} of JDK 17 turns true only after the descriptor was closed. */
    private static <S> boolean isOpen(JdkSocket<S> access, S socket) {
        try {
            access.get(socket, StandardSocketOptions.SO_REUSEADDR);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void remember(Object socket, int number, boolean proven) {
        lastFound = number;
        Known before = known.get(slot(socket));
        if (before != null && before.refersTo(socket) && before.number == number && before.proven == proven) {
            return;
        }
        known.set(slot(socket), new Known(socket, number, proven));
    }

    private static int slot(Object socket) {
        return System.identityHashCode(socket) & (REMEMBERED - 1);
    }
}
