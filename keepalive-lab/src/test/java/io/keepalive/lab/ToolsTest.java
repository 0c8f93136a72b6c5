package io.keepalive.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    void shouldNameEveryMissingProgramWithItsPackage() throws IOException {
        install("unshare", "nsenter", "mount");

        assertThatThrownBy(tools()::requireAllNeeded)
                .isInstanceOf(LabException.class)
                .hasMessage("not found on the search path: ip (Debian package iproute2), nft (Debian package nftables);"
                        + " install with: apt-get install iproute2 nftables");
    }

    @Test
    void shouldNameAPackageOnce() {
        assertThatThrownBy(tools()::requireAllNeeded)
                .hasMessageEndingWith("apt-get install util-linux mount iproute2 nftables");
    }

    @Test
    void shouldBeContentWithWhatTheLabNeeds() throws IOException {
        install("unshare", "nsenter", "mount", "ip", "nft");

        tools().requireAllNeeded();

        assertThatThrownBy(() -> tools().require("tcpdump")).hasMessageContaining("apt-get install tcpdump");
    }

    @Test
    void shouldStartNoLabWithoutThem() {
        assertThatThrownBy(() -> NatLab.builder().tools(tools()).start())
                .isInstanceOf(LabException.class)
                .hasMessageContaining("apt-get install");
    }

    @Test
    void shouldLookWhereAdministratorsPutThem() {
        assertThat(Tools.ofThisMachine().directories()).contains(Path.of("/usr/sbin"), Path.of("/sbin"));
        assertThat(Tools.ofThisMachine().searchPath()).contains("/usr/sbin:");
    }

    private Tools tools() {
        return new Tools(List.of(directory));
    }

    private void install(String... programs) throws IOException {
        for (String program : programs) {
            Files.createFile(
                    directory.resolve(program),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }
    }
}
