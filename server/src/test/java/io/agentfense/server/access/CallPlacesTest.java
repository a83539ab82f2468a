package io.agentfense.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallPlacesTest {
    private final CallPlaces places = new CallPlaces(12);

    private List<CallPlaces.Place> all(String user) {
        List<CallPlaces.Place> got = new ArrayList<>();
        try {
            while (true) {
                got.add(places.take(user));
            }
        } catch (AccessException e) {
            assertThat(e).isInstanceOf(AccessException.RateLimited.class);
            return got;
        }
    }

    @Test
    void oneUserAloneHasHalfOfThem() {
        assertThat(all("mallory")).hasSize(6);
    }

    @Test
    void whoeverComesLaterGetsSomeToo() {
        for (String user : List.of("mallory", "malachi", "mordred")) {
            assertThat(all(user)).isNotEmpty();
        }
        assertThat(all("alice")).isNotEmpty();
    }

    @Test
    void whatIsGivenBackIsThereForAnother() throws Exception {
        List<CallPlaces.Place> mallorys = all("mallory");
        assertThat(all("alice")).hasSize(3);
        mallorys.forEach(CallPlaces.Place::close);
        assertThat(all("alice")).hasSize(6 - 3);
    }

    @Test
    void closingTwiceGivesBackOnce() {
        List<CallPlaces.Place> got = all("mallory");
        got.getFirst().close();
        got.getFirst().close();
        assertThat(all("mallory")).hasSize(1);
        assertThatThrownBy(() -> places.take("mallory")).hasMessageContaining("6 calls");
    }
}
