package io.keepalive.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keepalive.lab.junit.WithNatLab;
import org.junit.jupiter.api.Test;

/** Cutting, healing, losing and watching packets. */
class WiresIT {

    @Test
    @WithNatLab(idleTimeoutSeconds = 120)
    void shouldCutAndHealBothWays(NatLab lab) throws InterruptedException {
        Pair pair = Pair.connect(lab);
        Pair.deliver(pair.client(), pair.server(), "before");

        lab.cut();
        long packetsBefore = pair.entry().orElseThrow().packetsFromClient();
        pair.client().writeLine("send through the cut");
        Pair.assertNothingNewFrom(pair.server());
        assertThat(pair.entry().orElseThrow().packetsFromClient())
                .as("lost packets don't refresh")
                .isEqualTo(packetsBefore);

        lab.heal();
        pair.server().awaitLine("got through the cut"::equals, Pair.SOON);
        Pair.deliver(pair.server(), pair.client(), "after");
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 120)
    void shouldCutOneWay(NatLab lab) throws InterruptedException {
        Pair pair = Pair.connect(lab);

        lab.cut(Direction.SERVER_TO_CLIENT);
        Pair.deliver(pair.client(), pair.server(), "one way");
        pair.server().writeLine("send the other way");
        Pair.assertNothingNewFrom(pair.client());

        lab.heal();
        pair.client().awaitLine("got the other way"::equals, Pair.SOON);
    }

    /** 200 echoes, 30 % lost each way: 98 come back on average, with a standard deviation of 7. */
    @Test
    @WithNatLab
    void shouldLosePacketsEachWay(NatLab lab) {
        // The lab's own rules let TCP through only, but TCP hides losses.
        lab.router()
                .command("nft", "insert rule ip lab forward ip protocol udp accept")
                .run()
                .orThrow();
        LabProcess server = lab.server().java(UdpEcho.class);
        server.awaitLine("ready"::equals, Pair.SOON);

        lab.loss(30);
        assertThat(echoes(lab)).isBetween(98 - 60, 98 + 60);

        lab.loss(0);
        assertThat(echoes(lab)).isGreaterThan(180);
    }

    private static int echoes(NatLab lab) {
        CommandResult result = lab.client()
                .javaCommand(UdpEcho.class, lab.server().address(), "200")
                .run()
                .orThrow();
        return Integer.parseInt(result.lines().get(0));
    }

    @Test
    @WithNatLab
    void shouldCaptureBothSidesOfTheRouter(NatLab lab) {
        assumeTrue(Tools.ofThisMachine().has("tcpdump"), "needs tcpdump");
        assumeTrue(Diagnosis.ofThisMachine().mayMakeNamespaces(), "needs root");
        try (Capture capture = lab.router().capture("tcp port " + Peer.PORT)) {
            Pair.connect(lab);

            capture.awaitPacket(line -> line.contains("c0") && line.contains("Flags [S]"), Pair.SOON);
            String translated =
                    capture.awaitPacket(line -> line.contains("s0") && line.contains("Flags [S]"), Pair.SOON);
            assertThat(translated).contains("IP " + lab.router().address() + ".");
            assertThat(capture.packets()).isNotEmpty().allMatch(line -> line.contains(" IP "));
        }
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 120)
    void shouldNotDisturbTheLabBesideIt(NatLab one) throws InterruptedException {
        Pair whole = Pair.connect(one);
        try (NatLab other = NatLab.builder().start()) {
            Pair cut = Pair.connect(other);
            other.cut();
            cut.client().writeLine("send into the void");
            Pair.deliver(whole.client(), whole.server(), "hello");
            Pair.assertNothingNewFrom(cut.server());
        }
        Pair.deliver(whole.server(), whole.client(), "alone now");
    }
}
