// The vector to compare with, where `heard` are the speakers: people say "I" of themselves, so the question is
// compared as the one whom it names would put it.
// params: ask
head([one IN $ask.addressed WHERE any(who IN heard WHERE one.name IN split(who, ' ')
  OR who IN split(one.name, ' ') OR size(one.short) > 2 AND replace(who, ' ', '') STARTS WITH one.short)
  | one.vector] + [$ask.vector])
