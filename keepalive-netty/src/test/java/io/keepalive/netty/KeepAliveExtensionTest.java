package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;

/** A process whose program knows nothing of this library. */
class KeepAliveExtensionTest {
    private static final String LOAD = "-Dio.netty.bootstrap.extensions=serviceload";

    @Test
    void process_withExtensionAndPolicy_keepsClientsAndChildren() throws Exception {
        assertThat(run("", LOAD, "-Dkeepalive.policy=idle=47s,interval=7s,count=4"))
                .isEqualTo("client true 47, child true 47");
    }

    @Test
    void process_withExtensionAndVariable_keepsClientsAndChildren() throws Exception {
        assertThat(run("idle=47s,interval=7s,count=4", LOAD)).isEqualTo("client true 47, child true 47");
    }

    @Test
    void process_withoutPolicy_isAsItWas() throws Exception {
        assertThat(run("", LOAD)).startsWith("client false ").contains("child false ");
    }

    @Test
    void policy_notParsable_namesTheProperty() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeepAliveExtension("often", null))
                .withMessageStartingWith("system property keepalive.policy: ");
    }

    private static String run(String variable, String... options) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        if (!variable.isEmpty()) {
            builder.environment().put("KEEPALIVE_POLICY", variable);
        }
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        List<String> lines = output.lines().toList();
        return lines.get(lines.size() - 1); // a log may be in front
    }

    /** Connects to itself and prints what both ends hold. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws Exception {
            try (Loopback net = new Loopback()) {
                Channel server = net.server().bind().sync().channel();
                Channel client =
                        net.client().connect(server.localAddress()).sync().channel();
                System.out.println("client " + held(client) + ", child " + held(net.child()));
            }
        }

        private static String held(Channel channel) {
            return channel.config().getOption(ChannelOption.SO_KEEPALIVE) + " "
                    + channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE));
        }
    }
}
