package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeepAliveAgentTest {
    @ParameterizedTest
    @ValueSource(strings = {"1.8", "9", "11", "16"})
    void oldJvm_getsOneLine(String version) {
        assertThat(KeepAliveAgent.unsupported(version))
                .isEqualTo(
                        "keepalive-agent: Java " + version + " (expected: 17 or newer); the program runs without it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "21", "25", "26", "strange"})
    void otherJvm_isNot(String version) {
        assertThat(KeepAliveAgent.unsupported(version)).isNull();
    }

    /** 52 is Java 8 (JVMS, table 4.1-A). */
    @ParameterizedTest
    @ValueSource(strings = {"KeepAliveAgent.class", "JarInMemory.class"})
    void entryClass_isBytecodeOfJava8(String name) throws IOException {
        try (DataInputStream input = new DataInputStream(KeepAliveAgent.class.getResourceAsStream(name))) {
            assertThat(input.readInt()).isEqualTo(0xCAFEBABE);
            assertThat(input.readUnsignedShort()).isZero();
            assertThat(input.readUnsignedShort()).isEqualTo(52);
        }
    }
}
