package dev.keywright.ops.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AllocatorTest {

    private static final long[] FINE = {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
    private static final long[] COARSE = {8, 16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512};

    @Test
    void hasJemallocsClasses() {
        assertThat(classes(Allocator.JEMALLOC_8, 320)).containsExactly(FINE);
        assertThat(classes(Allocator.JEMALLOC_16, 512)).containsExactly(COARSE);
        assertThat(Allocator.JEMALLOC_8.size(12_310)).isEqualTo(14_336);
        assertThat(Allocator.JEMALLOC_16.size(8 << 20)).isEqualTo(8 << 20);
        assertThat(Allocator.JEMALLOC_16.size((8 << 20) + 1)).isEqualTo(10 << 20);
    }

    @Test
    void countsEightBytesBesideEachRequestToTheCLibrary() {
        assertThat(Allocator.LIBC.size(1)).isEqualTo(9);
        assertThat(Allocator.LIBC.size(12_310)).isEqualTo(12_318);
    }

    @Test
    void growsWithTheRequestAndNeverGivesLess() {
        for (Allocator allocator : Allocator.values()) {
            LongStream.range(1, 100_000).forEach(bytes -> {
                assertThat(allocator.size(bytes))
                        .isGreaterThanOrEqualTo(bytes)
                        .isLessThanOrEqualTo(bytes + bytes / 4 + 15);
                assertThat(allocator.size(bytes)).isLessThanOrEqualTo(allocator.size(bytes + 1));
            });
        }
    }

    private static long[] classes(Allocator allocator, long most) {
        return LongStream.rangeClosed(1, most).map(allocator::size).distinct().toArray();
    }
}
