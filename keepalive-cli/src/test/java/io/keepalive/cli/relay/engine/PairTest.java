package io.keepalive.cli.relay.engine;

import static io.keepalive.cli.relay.engine.Side.CLIENT;
import static io.keepalive.cli.relay.engine.Side.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PairTest {
    private final Pair pair = new Pair(0);

    @Test
    void reads_beforeConnected_nothing() {
        assertThat(pair.reads(CLIENT)).isFalse();
        assertThat(pair.isUnread(CLIENT)).isFalse();
        pair.onConnected();
        assertThat(pair.reads(CLIENT)).isTrue();
        assertThat(pair.reads(TARGET)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void reads_whileBytesWait_onlyTheOtherSide(Side from) {
        pair.onConnected();
        pair.onRead(from, 10, 1);
        pair.onWritten(from.other(), 4);

        assertThat(pair.reads(from)).isFalse();
        assertThat(pair.isUnread(from)).isTrue();
        assertThat(pair.writes(from.other())).isTrue();
        assertThat(pair.reads(from.other())).isTrue();

        pair.onWritten(from.other(), 6);
        assertThat(pair.reads(from)).isTrue();
        assertThat(pair.writes(from.other())).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void shuts_afterFin_onlyBehindTheLastByteAndOneWay(Side from) {
        pair.onConnected();
        pair.onRead(from, 10, 1);
        pair.onFin(from, 2);
        assertThat(pair.shuts(from.other())).isFalse();

        pair.onWritten(from.other(), 10);
        assertThat(pair.shuts(from.other())).isTrue();
        pair.onShut(from.other());
        assertThat(pair.shuts(from.other())).isFalse();
        assertThat(pair.verdict()).isNull();
        assertThat(pair.reads(from.other())).isTrue();

        pair.onFin(from.other(), 3);
        pair.onShut(from);
        assertThat(pair.verdict()).isEqualTo(new PairEnd.Verdict(PairEnd.IN_ORDER, from));
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void onFailure_withBytesWaiting_resetsAndStaysSo(Side leg) {
        pair.onConnected();
        pair.onRead(CLIENT, 10, 1);
        pair.onFailure(leg);
        pair.onFailure(leg.other());
        pair.onFin(CLIENT, 2);
        pair.onAbort();

        assertThat(pair.verdict()).isEqualTo(new PairEnd.Verdict(PairEnd.RESET, leg));
        assertThat(pair.reads(CLIENT) || pair.reads(TARGET) || pair.writes(TARGET) || pair.shuts(TARGET))
                .isFalse();
    }

    @Test
    void isUnread_afterOutputWasShut_isFalse() {
        pair.onConnected();
        pair.onFin(CLIENT, 1);
        assertThat(pair.isUnread(CLIENT)).isTrue();
        pair.onShut(TARGET);
        pair.onRead(TARGET, 5, 2);
        assertThat(pair.isUnread(TARGET))
                .as("its FIN and bytes may wait together")
                .isFalse();
        assertThat(pair.isUnread(CLIENT)).isTrue();
    }

    @Test
    void longestSilence_countsOnlyWhatWasSurvived() {
        pair.onConnected();
        pair.onRead(CLIENT, 1, 5);
        pair.onRead(TARGET, 1, 45);
        pair.onFailure(TARGET);

        assertThat(pair.longestSilenceNanos()).isEqualTo(40);
        assertThat(pair.silenceNanos(145)).isEqualTo(100);
        assertThat(pair.bytesFrom(CLIENT)).isOne();
    }

    @Test
    void onInserted_isWrittenButNotCounted() {
        pair.onInserted(CLIENT, 28);
        pair.onConnected();
        assertThat(pair.writes(TARGET)).isTrue();
        assertThat(pair.reads(CLIENT)).isFalse();
        pair.onWritten(TARGET, 28);
        assertThat(pair.bytesFrom(CLIENT)).isZero();
        assertThat(pair.reads(CLIENT)).isTrue();
    }

    @Test
    void onAbort_namesNoSide() {
        pair.onConnected();
        pair.onAbort();
        assertThat(Objects.requireNonNull(pair.verdict()).by()).isNull();
    }

    @Test
    void failure_ofALegThatHasCarriedBothFins_losesNothingThatWaitsForTheOther() {
        pair.onConnected();
        pair.onFin(CLIENT, 1);
        pair.onShut(TARGET);
        pair.onRead(TARGET, 10, 2);
        pair.onFin(TARGET, 3);
        pair.onFailure(TARGET);
        assertThat(pair.verdict()).isNull();
        assertThat(pair.writes(CLIENT)).isTrue();

        pair.onWritten(CLIENT, 10);
        pair.onShut(CLIENT);
        assertThat(pair.verdict()).isEqualTo(new PairEnd.Verdict(PairEnd.IN_ORDER, CLIENT));
    }
}
