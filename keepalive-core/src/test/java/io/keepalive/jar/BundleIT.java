package io.keepalive.jar;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.socket.SocketKeeper;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** The published jar as an OSGi bundle, in Felix. */
class BundleIT {
    @TempDir
    Path storage;

    @Test
    void felix_resolvesTheBundle_andItKeepsASocket() throws Exception {
        Framework felix = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(Map.of("org.osgi.framework.storage", storage.toString()));
        felix.start();
        try (Socket socket = new Socket()) {
            Bundle bundle = felix.getBundleContext()
                    .installBundle(PublishedJar.path().toUri().toString());
            bundle.start();

            assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);
            Class<?> policy = bundle.loadClass("io.keepalive.KeepAlive");
            Class<?> keeper = bundle.loadClass("io.keepalive.socket.SocketKeeper");
            assertThat(keeper).as("of the bundle's own loader").isNotSameAs(SocketKeeper.class);
            Object made = keeper.getMethod("of", policy)
                    .invoke(null, policy.getMethod("parse", String.class).invoke(null, "idle=11s"));
            assertThat(keeper.getMethod("keep", Socket.class).invoke(made, socket))
                    .asString()
                    .contains("TCP_KEEPIDLE 11s APPLIED");
        } finally {
            felix.stop();
            felix.waitForStop(10_000);
        }
    }

    @Test
    void manifest_exportsTheApi_andMarksWhatIsInternal() throws Exception {
        try (JarFile jar = new JarFile(PublishedJar.path().toFile())) {
            Attributes manifest = jar.getManifest().getMainAttributes();

            assertThat(manifest.getValue("Bundle-SymbolicName")).isEqualTo("io.keepalive.keepalive-core");
            assertThat(manifest.getValue("Multi-Release")).isEqualTo("true");
            assertThat(manifest.getValue("Export-Package"))
                    .contains("io.keepalive;", "io.keepalive.socket;", "io.keepalive.heartbeat.wire;")
                    .containsPattern("io\\.keepalive\\.internal;[^,]*x-internal:=true");
        }
    }
}
