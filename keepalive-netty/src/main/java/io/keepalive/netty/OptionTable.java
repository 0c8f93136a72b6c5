package io.keepalive.netty;

import io.keepalive.KeepAliveOption;
import io.netty.channel.ChannelOption;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a transport calls the numeric options. {@code SO_KEEPALIVE} is the same everywhere.
 *
 * @param options in the unit of {@link KeepAliveOption}
 * @param whyMissing why others are not among them, and what to do
 */
record OptionTable(Map<KeepAliveOption, ChannelOption<Integer>> options, String whyMissing) {
    static OptionTable of(
            ChannelOption<Integer> idle,
            ChannelOption<Integer> interval,
            ChannelOption<Integer> count,
            ChannelOption<Integer> userTimeout) {
        Map<KeepAliveOption, ChannelOption<Integer>> options = new EnumMap<>(KeepAliveOption.class);
        options.put(KeepAliveOption.TCP_KEEPIDLE, idle);
        options.put(KeepAliveOption.TCP_KEEPINTVL, interval);
        options.put(KeepAliveOption.TCP_KEEPCNT, count);
        options.put(KeepAliveOption.TCP_USER_TIMEOUT, userTimeout);
        return new OptionTable(options, "");
    }
}
