package io.keepalive.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiagnosisTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path proc;

    @ParameterizedTest
    @CsvSource({
        "kernel/apparmor_restrict_unprivileged_userns, 1, kernel.apparmor_restrict_unprivileged_userns=0",
        "kernel/unprivileged_userns_clone, 0, kernel.unprivileged_userns_clone=1",
        "user/max_user_namespaces, 0, user.max_user_namespaces=10000"
    })
    void shouldNameTheSettingThatForbidsUserNamespaces(String name, String value, String remedy) throws IOException {
        write("sys/" + name, value + "\n");

        assertThat(diagnosis().advice("mount", true)).contains("run as root").contains("sudo sysctl -w " + remedy);
        assertThat(diagnosis().advice("mount", false)).as("root needs none").doesNotContain("sysctl -w");
    }

    @ParameterizedTest
    @CsvSource({
        "unshare, --privileged",
        "mount, --privileged",
        "hosts, modprobe veth",
        "nft, modprobe -a nf_tables",
        "conntrack, modprobe nf_conntrack"
    })
    void shouldSayWhatTheFailedStepNeeds(String step, String remedy) throws IOException {
        write("sys/kernel/apparmor_restrict_unprivileged_userns", "0\n");
        write("sys/kernel/unprivileged_userns_clone", "1\n");
        write("sys/user/max_user_namespaces", "9999\n");

        assertThat(diagnosis().advice(step, true)).contains(remedy);
        assertThat(diagnosis().advice(step, false)).contains(remedy);
    }

    @ParameterizedTest
    @CsvSource({"000001ffffffffff, true", "00000000a80425fb, false", "0000000000000000, false", "0000000000200000, true"
    })
    void shouldAskTheKernelForTheCapabilityToMakeNamespaces(String mask, boolean may) throws IOException {
        write("self/status", "Name:\tjava\nCapPrm:\t000001ffffffffff\nCapEff:\t" + mask + "\n");

        assertThat(diagnosis().mayMakeNamespaces()).isEqualTo(may);
    }

    @Test
    void shouldNotBelieveInCapabilitiesItCannotRead() {
        assertThat(diagnosis().mayMakeNamespaces()).isFalse();
    }

    private Diagnosis diagnosis() {
        return new Diagnosis(proc);
    }

    private void write(String name, String content) throws IOException {
        Path file = proc.resolve(name);
        Files.createDirectories(proc.resolve(name.substring(0, name.lastIndexOf('/'))));
        Files.writeString(file, content);
    }
}
