package io.keepalive.cli.watch;

import io.keepalive.loss.Confidence;
import io.keepalive.loss.LossCause;
import java.util.OptionalLong;

/**
 * Why a connection ended.
 *
 * @param silenceMillis how long nothing had been received when it ended
 * @param fatalGapMillis the silence in both directions before the first segment that was not answered; an upper bound;
 *     empty if the connection did not end by that
 */
record Verdict(
        LossCause cause, Confidence confidence, String evidence, long silenceMillis, OptionalLong fatalGapMillis) {}
