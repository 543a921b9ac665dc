// @ts-check
// Emojis that people use in chat, by the names that GitHub and Slack know them by. Any other can be pasted.

/** Each line is a group; each emoji has its names after it. */
const GROUPS = `
😀 grinning|😄 smile|😁 grin|😆 laughing|😅 sweat_smile|🤣 rofl|😂 joy|🙂 slightly_smiling|🙃 upside_down|😉 wink|😊 blush|😇 innocent|🥰 smiling_hearts|😍 heart_eyes|🤩 star_struck|😘 kissing_heart|😋 yum|😜 wink_tongue|🤪 zany|🤑 money_mouth|🤗 hug|🤭 hand_over_mouth|🤫 shush|🤔 thinking|🫡 salute|🤐 zipper_mouth|😐 neutral|😑 expressionless|😏 smirk|😒 unamused|🙄 roll_eyes|😬 grimacing|😌 relieved|😔 pensive|😴 sleeping|🤒 thermometer_face|🤕 bandage|🤢 nauseated|🤯 mind_blown|🥳 partying|😎 sunglasses|🤓 nerd|🧐 monocle|😕 confused|😟 worried|😮 open_mouth|😳 flushed|🥺 pleading|😢 cry|😭 sob|😱 scream|😤 triumph|😡 rage|🤬 cursing|💀 skull|💩 poop|🤡 clown|👻 ghost|🤖 robot
👍 thumbsup +1|👎 thumbsdown -1|👌 ok_hand|✌️ victory|🤞 crossed_fingers|🤘 metal|👈 point_left|👉 point_right|👆 point_up|👇 point_down|✋ raised_hand|👋 wave|🤙 call_me|💪 muscle|👏 clap|🙌 raised_hands|🫶 heart_hands|👐 open_hands|🤝 handshake|🙏 pray thanks|✍️ writing|👀 eyes|🧠 brain|🙋 raising_hand|🤦 facepalm|🤷 shrug|🧑‍💻 technologist
❤️ heart|🧡 orange_heart|💛 yellow_heart|💚 green_heart|💙 blue_heart|💜 purple_heart|🖤 black_heart|💔 broken_heart|💯 hundred|💥 boom|✨ sparkles|🔥 fire|🌟 star2|⭐ star|⚡ zap|💤 zzz|💬 speech_balloon
🎉 tada|🎊 confetti|🎈 balloon|🎁 gift|🏆 trophy|🥇 gold_medal|🎯 dart|🎮 game|🎵 note|🎸 guitar|🚀 rocket|🚢 ship shipit|✈️ airplane|🚗 car|🚲 bike|🏠 house|🏢 office|🏖️ beach|🌍 earth|☀️ sunny|🌧️ rain|❄️ snowflake|🌈 rainbow|🌙 moon
🐶 dog|🐱 cat|🦊 fox|🐻 bear|🐼 panda|🐸 frog|🐵 monkey|🙈 see_no_evil|🦄 unicorn|🐝 bee|🐛 bug|🦋 butterfly|🐢 turtle|🐍 snake|🦀 crab|🐙 octopus|🐳 whale|🌱 seedling|🌳 tree|🌵 cactus|🌸 blossom|🍀 clover
☕ coffee|🍵 tea|🍺 beer|🍻 beers|🥂 clinking|🍷 wine|🍕 pizza|🍔 burger|🍟 fries|🌮 taco|🍜 ramen|🍣 sushi|🍰 cake|🎂 birthday|🍪 cookie|🍩 doughnut|🍫 chocolate|🍎 apple|🍌 banana|🍓 strawberry|🥑 avocado|🌶️ hot_pepper|🧀 cheese
✅ check white_check_mark|☑️ checked|❌ x|❓ question|❗ exclamation|⚠️ warning|🚫 no_entry|🛑 stop|🚧 construction|🔒 lock|🔓 unlock|🔑 key|🔧 wrench|🔨 hammer|🛠️ tools|⚙️ gear|🔗 link|📌 pin|📎 paperclip|📝 memo|📅 calendar|📈 chart_up|📉 chart_down|📊 chart|📦 package|📣 megaphone|🔔 bell|🔕 no_bell|💡 bulb|🔍 search mag|💻 laptop|🖥️ desktop|📱 phone|🔋 battery|💾 floppy|🗑️ wastebasket|⏰ alarm|⌛ hourglass|⏳ hourglass_flowing|🟢 green_circle|🟡 yellow_circle|🔴 red_circle|🔵 blue_circle|➕ plus|➖ minus|➡️ arrow_right|⬅️ arrow_left|⬆️ arrow_up|⬇️ arrow_down|🔄 arrows|🆗 ok|🆕 new|🆘 sos|🏁 finish|🏳️‍🌈 rainbow_flag`;

/** @typedef {{emoji: string, names: string[]}} Emoji */

/** @type {Emoji[]|undefined} */
let all;

/** @returns {Emoji[]} */
export function emojis() {
  return (all ??= GROUPS.trim().split(/[|\n]/).map((entry) => {
    const [emoji, ...names] = entry.split(" ");
    return { emoji, names };
  }));
}

/** Those that a query means, the nearest first. @param {string} query @param {number} most @returns {Emoji[]} */
export function findEmojis(query, most) {
  const wanted = query.toLowerCase();
  const rank = (/** @type {Emoji} */ { names }) => Math.min(...names.map((name) => (name === wanted ? 0 : name.startsWith(wanted) ? 1 : name.includes(wanted) ? 2 : 9)));
  return emojis().map((one) => ({ one, at: rank(one) })).filter(({ at }) => at < 9).sort((a, b) => a.at - b.at).slice(0, most).map(({ one }) => one);
}
