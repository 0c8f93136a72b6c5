package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.Version;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The suite runs with the Netty that the build means it to run with: see the profile netty-4.1. */
class NettyVersionTest {
    @Test
    void everyArtifact_isOfTheExpectedNetty() {
        String expected = System.getProperty("netty.expected", "4.2");

        Map<String, Version> versions = Version.identify();

        assertThat(versions).containsKey("netty-transport");
        assertThat(versions.values())
                .allSatisfy(version -> assertThat(version.artifactVersion()).startsWith(expected + "."));
    }
}
