package dev.keywright.app.operation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlugTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Cache 5M products!                                               | cache-5m-products
        implement sliding window rate limiter: 100 requests per minute   | implement-sliding-window-rate-limiter-100
        ../../etc/passwd                                                 | etc-passwd
        日本                                                              | task
        xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx | xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
        """)
    void theWordsOfATaskNameItsFolder(String task, String slug) {
        assertThat(Solve.slug(task)).isEqualTo(slug);
    }
}
