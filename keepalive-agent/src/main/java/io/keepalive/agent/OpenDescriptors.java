package io.keepalive.agent;

import io.keepalive.internal.linux.JdkSyscalls;
import io.keepalive.internal.linux.Linux;
import io.keepalive.internal.linux.Syscalls;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The TCP sockets that this process has open, as Linux lists them, each seen through a duplicate. */
final class OpenDescriptors {
    private static final Path LIST = Path.of("/proc/self/fd");

    private OpenDescriptors() {}

    /**
     * An open socket.
     *
     * @param number of the descriptor in this process
     * @param socket a duplicate, closed after the call that it was passed to
     * @param listens whether it is a listener; if not, it is connected
     */
    record Open(int number, DescriptorSocket socket, boolean listens) {}

    /** Passes on all TCP listeners and connections of this process, whatever opened them. Linux only. */
    static void forEach(Consumer<Open> action) throws IOException {
        Supplier<Syscalls> opener = JdkSyscalls.find().calls();
        if (!System.getProperty("os.name", "").equals("Linux") || opener == null) {
            throw new IOException("connections that are open already can be found on Linux only");
        }
        try (Syscalls calls = opener.get()) {
            for (int number : sockets()) {
                int duplicate = calls.duplicate(number);
                if (duplicate != Syscalls.NONE) {
                    try {
                        look(calls, number, duplicate, action);
                    } finally {
                        calls.release(duplicate);
                    }
                }
            }
        }
    }

    private static void look(Syscalls calls, int number, int duplicate, Consumer<Open> action) {
        try {
            if (calls.get(duplicate, Linux.SOL_SOCKET, Linux.SO_PROTOCOL) != Linux.IPPROTO_TCP) {
                return;
            }
            DescriptorSocket socket = new DescriptorSocket(duplicate, "open already");
            boolean listens = calls.get(duplicate, Linux.SOL_SOCKET, Linux.SO_ACCEPTCONN) != 0;
            if (listens || socket.peer() != null) {
                action.accept(new Open(number, socket, listens));
            }
        } catch (IOException e) {
            // Closed meanwhile, or no socket any more.
        }
    }

    private static List<Integer> sockets() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(LIST)) {
            for (Path path : all) {
                try {
                    if (Files.readSymbolicLink(path).toString().startsWith("socket:")) {
                        numbers.add(Integer.valueOf(path.getFileName().toString()));
                    }
                } catch (IOException e) {
                    // Closed meanwhile.
                }
            }
        }
        return numbers;
    }
}
