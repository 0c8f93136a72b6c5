package io.keepalive.cli.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketDescriptorsTest {

    @ParameterizedTest
    @CsvSource({
        "socket:[4711], 4711",
        "socket:[18446744], 18446744",
        "socket:[], -1",
        "socket:[4711, -1",
        "socket:[47x1], -1",
        "pipe:[4711], -1",
        "/tmp/socket:[4711], -1",
        "net:[4026531840], -1"
    })
    void parse_target_isTheInodeOfASocketAlone(String target, long inode) {
        assertThat(SocketDescriptors.parse(bytes(target))).isEqualTo(inode);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1023, 1023", "., -1", ".., -1"})
    void number_name_isTheDescriptor(String name, int descriptor) {
        assertThat(SocketDescriptors.number(bytes("xx" + name + '\0'), 2)).isEqualTo(descriptor);
    }

    @Test
    void inodeOf_fileThatIsNoSocket_isNone() throws Exception {
        Optional<SystemCalls> access = SystemCallAccess.find().optional();
        assumeThat(access).as("a jar built by JDK 22 or newer").isPresent();
        SystemCalls calls = access.orElseThrow();
        Path file = Files.createTempFile("descriptors", "");
        int descriptor = calls.open(file.toString());
        try {
            assertThat(new SocketDescriptors(calls).inodeOf(descriptor)).isEqualTo(SocketDescriptors.NONE);
        } finally {
            calls.close(descriptor);
            Files.delete(file);
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
