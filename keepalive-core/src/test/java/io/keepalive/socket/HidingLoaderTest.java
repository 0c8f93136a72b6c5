package io.keepalive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

/** Application servers and OSGi containers hide packages of the JDK from libraries; the sockets have the options all the same. */
class HidingLoaderTest {
    /** The JDK as JBoss Modules shows it to a deployment that asks for nothing. */
    private static final class Hiding extends ClassLoader {
        Hiding() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("jdk.net.") || name.startsWith("jdk.jfr.")) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }
    }

    @Test
    void jdkNetAndJdkJfrAreHidden_everyOptionIsApplied() throws Exception {
        URL core = KeepAlive.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {core}, new Hiding());
                ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
                SocketChannel channel = SocketChannel.open(server.getLocalSocketAddress())) {
            Class<?> policyType = loader.loadClass("io.keepalive.KeepAlive");
            Object policy = policyType.getMethod("parse", String.class).invoke(null, "idle=120s,interval=30s,count=8");
            Class<?> keeperType = loader.loadClass("io.keepalive.socket.SocketKeeper");
            Object keeper = keeperType.getMethod("of", policyType).invoke(null, policy);

            Object ofSocket = keeperType.getMethod("keep", Socket.class).invoke(keeper, socket);
            Object ofChannel =
                    keeperType.getMethod("keep", NetworkChannel.class).invoke(keeper, channel);

            assertThat(policyType).isNotSameAs(KeepAlive.class);
            for (Object report : new Object[] {ofSocket, ofChannel}) {
                assertThat(report.toString())
                        .containsPattern("KEEPIDLE.*APPLIED")
                        .doesNotContain("UNSUPPORTED", "jlink");
            }
        }
    }
}
