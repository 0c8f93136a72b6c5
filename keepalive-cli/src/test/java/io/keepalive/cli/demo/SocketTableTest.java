package io.keepalive.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketTableTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "ESTAB 0 0 10.9.1.2:50938 10.9.2.2:7000 timer:(keepalive,2.920ms,0); next probe in 2 s",
                "ESTAB 0 0 10.9.1.2:50938 10.9.2.2:7000 timer:(keepalive,840ms,0); next probe in 0 s",
                "ESTAB 0 0 10.9.1.2:50938 10.9.2.2:7000 timer:(keepalive,13sec,0); next probe in 13 s",
                "ESTAB 0 0 10.9.1.2:50938 10.9.2.2:7000 timer:(keepalive,,0); next probe due",
                "ESTAB 0 0 10.9.1.2:50938 10.9.2.2:7000; ''",
                "ESTAB 0 6 10.9.1.2:50938 10.9.2.2:7000 timer:(on,1.828ms,5); 6 bytes resent 5x",
                "ESTAB 0 6 10.9.1.2:50938 10.9.2.2:7000 timer:(on,188ms,0); 6 bytes unacknowledged",
            })
    void shouldSayWhatTheKernelDoes(String line, String kernel) {
        SocketTable table = SocketTable.parse(List.of(line));

        assertThat(table.from(50938)).contains(new SocketTable.Entry("ESTABLISHED", 50938, 7000, kernel));
        assertThat(table.to(7000)).isEqualTo(table.from(50938));
        assertThat(table.from(7000)).isEmpty();
    }

    @Test
    void shouldReadMappedAddressesAndSkipWhatIsNoSocket() {
        SocketTable table = SocketTable.parse(
                List.of("", "no socket", "CLOSE-WAIT 1      0      [::ffff:10.9.1.2]:50926 [::ffff:10.9.2.2]:7000"));

        assertThat(table.entries()).containsExactly(new SocketTable.Entry("CLOSE-WAIT", 50926, 7000, ""));
    }
}
