package io.keepalive.cli.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** With system calls on JDK 22 and newer, with {@code java.nio.file} on older ones. */
@EnabledOnOs(OS.LINUX)
class SocketOwnersTest {
    /** More than one read of the folder returns. */
    private static final int CONNECTIONS = 700;

    @Test
    void of_ownConnections_areAllHeldByThisProcess() throws Exception {
        List<Socket> open = new ArrayList<>();
        try (ServerSocket listener = new ServerSocket(0, CONNECTIONS, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < CONNECTIONS; i++) {
                open.add(new Socket(listener.getInetAddress(), listener.getLocalPort()));
            }
            long self = ProcessHandle.current().pid();
            List<TcpSocket> mine = ProcNetTcp.read(Path.of("/proc/self")).stream()
                    .filter(socket -> socket.remote().port() == listener.getLocalPort())
                    .toList();
            SocketOwners owners = SocketOwners.of(Set.of(self));

            assertThat(mine)
                    .hasSize(CONNECTIONS)
                    .allSatisfy(socket -> assertThat(owners.of(socket))
                            .singleElement()
                            .satisfies(owner -> assertThat(owner.pid()).isEqualTo(self)));
            assertThat(mine.stream()
                            .map(socket -> owners.of(socket).get(0).descriptor())
                            .distinct())
                    .hasSize(CONNECTIONS);
            assertThat(owners.hiddenProcesses()).isZero();
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    void of_processThatHasEnded_isNotHidden() {
        SocketOwners owners = SocketOwners.of(Set.of(999_999_999L));

        assertThat(owners.hiddenProcesses()).isZero();
        assertThat(owners.ofInode(1)).isEmpty();
    }
}
