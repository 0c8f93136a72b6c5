package io.keepalive.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.cli.linux.Errno;
import io.keepalive.cli.linux.Rights;
import org.junit.jupiter.api.Test;

class RefusalTest {
    private static final Rights USER = new Rights(1000, false, false, 0, "6.1.0");

    @Test
    void of_anotherUsersProcess_namesTheCapability() {
        assertThat(refusal(Errno.EPERM, 0, USER)).contains("uid 0", "CAP_SYS_PTRACE");
    }

    @Test
    void of_yama_namesTheSetting() {
        assertThat(refusal(Errno.EPERM, 1000, new Rights(1000, false, false, 1, "6.1.0")))
                .contains("kernel.yama.ptrace_scope: 1");
    }

    @Test
    void of_seccomp_namesTheDockerOption() {
        Rights container = new Rights(0, true, true, 0, "6.1.0");

        assertThat(refusal(Errno.EPERM, 0, container)).contains("seccomp", "--cap-add SYS_PTRACE");
        assertThat(refusal(Errno.ENOSYS, 0, container)).contains("seccomp");
    }

    @Test
    void of_oldKernel_namesTheVersion() {
        assertThat(refusal(Errno.ENOSYS, 0, new Rights(0, true, false, 0, "5.4.0")))
                .contains("5.4.0", "5.6 or newer");
    }

    @Test
    void of_processThatEnded_isHarmless() {
        assertThat(Refusal.of(Errno.ESRCH, "pidfd_open", 0, USER).isHarmless()).isTrue();
        assertThat(Refusal.of(Errno.EBADF, "pidfd_getfd", 0, USER).isHarmless()).isTrue();
        assertThat(Refusal.of(Errno.EPERM, "pidfd_getfd", 0, USER).isHarmless()).isFalse();
    }

    @Test
    void of_anyErrno_isOneLine() {
        for (int errno = 1; errno < 134; errno++) {
            assertThat(refusal(errno, 1000, USER)).isNotBlank().doesNotContain("\n");
        }
    }

    private static String refusal(int errno, long uid, Rights rights) {
        return Refusal.of(errno, "pidfd_getfd", uid, rights).text();
    }
}
